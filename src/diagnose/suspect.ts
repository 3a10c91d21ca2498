/** What decides stands early in a line. Characters. */
const readLength = 4096;

/** A cheap look that spares most lines the rest. */
const hint =
  /confidence|root.cause|instruction|assistant|ai agent|note to|system\s{0,3}:|<\/?system|as an ai|you are an? |dear |attention|hey |to the |ignore|disregard/i;

/** Each speaks to whoever reads the log with a model, or passes judgement itself. Repeats have bounds: linear. */
const speech: readonly RegExp[] = [
  /\bconfidence\b.{0,12}\d/i,
  /\broot cause\s{0,3}(?:is|was|:|=)/i,
  /\b(?:ignore|disregard|forget) (?:all |any |the |your ){0,3}(?:previous|prior|above|earlier|preceding) (?:instructions?|prompts?|context|rules)\b/i,
  /^[\s[<"']{0,8}SYSTEM\s{0,3}[:>\]]\s{0,3}(?!\d)\S/,
  /<\/?system(?:[ _-](?:prompt|message))?>/i,
  /\b(?:dear |attention,? |hey |note to (?:the )?|to the )(?:ai|llm|assistant|language model|agent|dozor)\b/i,
  /\b(?:as an? (?:ai|assistant|language model)|you are an? (?:ai|assistant|language model|helpful))\b/i,
  /\b(?:assistant|ai agent)[,:]? (?:you )?(?:must|should|please|run|execute|restart|delete|remove|stop)\b/i,
];

/**
 * A line that speaks to an assistant, or states a root cause or a confidence, is no witness: it is shown and marked, and weighs nothing.
 * Colour codes must be gone. Linear in the text's length.
 */
export function isSuspect(text: string): boolean {
  const head = text.length > readLength ? text.slice(0, readLength) : text;
  return hint.test(head) && speech.some(each => each.test(head));
}
