// A language model that follows the prompt to the letter, so that chat can be tested without a real one.
// `call:TOOL{json}` in a request makes it call that tool; a tool result is answered with "RESULT: " and the result.
const vscode = require('vscode');

const words = part => (part instanceof vscode.LanguageModelTextPart ? part.value : '');

function textOf(message) {
  return message.content.map(words).join('');
}

function resultIn(message) {
  const part = message.content.find(part => part instanceof vscode.LanguageModelToolResultPart);
  return part === undefined ? undefined : part.content.map(words).join('');
}

function answer(messages, report) {
  const last = messages.at(-1);
  const result = resultIn(last);
  if (result !== undefined) return report(new vscode.LanguageModelTextPart(`RESULT: ${result}`));
  const call = /call:([\w-]+)(\{[\s\S]*?\})(?:\s|$)/.exec(textOf(last));
  if (call !== null) return report(new vscode.LanguageModelToolCallPart(`call-${messages.length}`, call[1], JSON.parse(call[2])));
  return report(new vscode.LanguageModelTextPart(`ECHO: ${textOf(last).slice(-200)}`));
}

const model = {
  id: 'scripted',
  name: 'Scripted',
  family: 'scripted',
  version: '1',
  maxInputTokens: 100_000,
  maxOutputTokens: 10_000,
  capabilities: { toolCalling: true },
  isDefault: true,
  isUserSelectable: true,
};

exports.activate = context => {
  context.subscriptions.push(
    vscode.lm.registerLanguageModelChatProvider('copilot', {
      provideLanguageModelChatInformation: async () => [model],
      provideLanguageModelChatResponse: async (_model, messages, _options, progress) => answer(messages, part => progress.report(part)),
      provideTokenCount: async (_model, text) => Math.ceil((typeof text === 'string' ? text : textOf(text)).length / 4),
    }),
    vscode.chat.createChatParticipant('testmodel.default', async (request, _context, stream) => {
      stream.markdown(`Scripted: ${request.prompt}`);
    }),
  );
};
