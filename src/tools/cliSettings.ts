import { reasonOf } from '../base/log.ts';
import { defaultSettings, parseSettings, type Settings } from '../model/settings.ts';

/** Names of a variable, with commas; an empty one is as good as none. */
function names(text: string | undefined): string[] | undefined {
  const found = (text ?? '')
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '');
  return found.length > 0 ? found : undefined;
}

/**
 * The settings of the command line: the file (same keys as in VS Code, without `dozor.`), then the environment on top.
 * `problems` are for people; what does not fit is the default.
 */
export function cliSettings(file: string | undefined, env: NodeJS.ProcessEnv): { settings: Settings; problems: string[] } {
  const raw = readFile(file);
  const known = new Set(Object.keys(defaultSettings));
  const strangers = Object.keys(raw.value).filter(key => !known.has(key));
  const { settings, problems } = parseSettings(raw.value);
  const services = names(env['DOZOR_SERVICES']);
  const units = names(env['DOZOR_USER_SERVICES']);
  return {
    settings: {
      ...settings,
      ...(services === undefined ? {} : { services }),
      ...(units === undefined ? {} : { userServices: units }),
    },
    problems: [
      ...raw.problems,
      ...problems.map(problem => problem.text),
      ...strangers.map(key => `There is no setting "${key}". Known: ${[...known].join(', ')}.`),
    ],
  };
}

function readFile(file: string | undefined): { value: Readonly<Record<string, unknown>>; problems: string[] } {
  if (file === undefined) return { value: {}, problems: [] };
  try {
    const value: unknown = JSON.parse(file);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { value: { ...value }, problems: [] };
    return { value: {}, problems: ['settings.json must hold one object. The defaults are used.'] };
  } catch (error) {
    return { value: {}, problems: [`settings.json is no valid JSON (${reasonOf(error)}). The defaults are used.`] };
  }
}
