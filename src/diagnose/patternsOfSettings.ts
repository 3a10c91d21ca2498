import type { PatternRow } from './patternRow.ts';

const setIt = 'Set {setting|the setting that it names} in the environment or env file of the service, and recreate it.';
const lacks = 'lacks a setting it needs{: setting}';
const wrong = 'has a configuration that it cannot read{: setting}';
const correct = 'Correct the line that the message names in its configuration, and restart it.';

const states = '(?:not (?:set|defined|found|provided|specified)|missing|required|unset|undefined|empty)';

/** Settings that are missing or cannot be read. A program that goes on with a default lacks nothing. */
export const settingRows: readonly PatternRow[] = [
  {
    id: 'settings/key',
    category: 'config_error',
    strength: 3,
    tells: 'config.log',
    loud: true,
    hints: ['keyerror: '],
    find: /\bKeyError: \\?['"](?<setting>[A-Z][A-Z0-9_]{2,63})\\?['"]/,
    meaning: lacks,
    advice: setIt,
  },
  {
    id: 'settings/missing',
    category: 'config_error',
    strength: 3,
    tells: 'config.log',
    loud: true,
    hints: ['missing'],
    find: /\bmissing (?:required |mandatory )?(?:environment variable|env(?:ironment)?(?: var(?:iable)?)?|variable|setting|config(?:uration)?(?: key| value| option| setting| parameter)?)(?:s|\(s\))?:? \\?['"`]?(?<setting>[A-Za-z_][\w.]{2,63})/i,
    unless: /\busing\b|\bdefault/i,
    meaning: lacks,
    advice: setIt,
  },
  {
    id: 'settings/unset',
    category: 'config_error',
    strength: 3,
    tells: 'config.log',
    loud: true,
    hints: [
      ' not set',
      ' not defined',
      ' not found',
      ' not provided',
      ' not specified',
      ' missing',
      ' required',
      ' undefined',
      ' unset',
      ' empty',
      ' must be ',
    ],
    find: new RegExp(
      String.raw`(?:\b(?:environment variable|env(?: var)?|variable|setting|secret) \\?["'\x60]?(?<setting>[A-Z][A-Z0-9_]{1,63})|(?<![\w$/-])(?<setting>[A-Z][A-Z0-9]{0,30}_[A-Z0-9_]{1,40}))\\?["'\x60]?(?: environment variable)? (?:(?:is |was |has been )?${states}|is a required|must be (?:set|defined|provided|specified))\b`,
    ),
    unless: /\busing\b|\bdefault|\bfall(?:ing)? ?back\b|\bskipp/i,
    meaning: lacks,
    advice: setIt,
  },
  {
    id: 'settings/specify',
    category: 'config_error',
    strength: 3,
    tells: 'config.log',
    loud: true,
    hints: [' specify '],
    find: /\b(?:must|need to) specify (?:(?<setting>[A-Z][A-Z0-9]{1,30}_[A-Z0-9_]{1,40})\b|one of the following as an environment variable)/,
    meaning: lacks,
    advice: setIt,
  },
  {
    id: 'settings/shell',
    category: 'config_error',
    strength: 3,
    tells: 'config.log',
    loud: true,
    hints: ['sh: ', ': unbound variable', 'parameter not set', 'null or not set'],
    find: /^(?:(?:\S{0,120}[/.])?(?:ba|da|a|k|z)?sh: (?:line )?(?:\d{1,6}: )?(?<setting>[A-Z][A-Z0-9]{0,30}_[A-Z0-9_]{1,40}|[A-Z]{4,40}): \S|\S{1,120}: (?:line )?(?:\d{1,6}: )?(?<setting>[A-Za-z_]\w{1,63}): (?:unbound variable|parameter (?:null or )?not set))/,
    unless: /\bnot found\b|\b[Pp]ermission denied\b|\bNo such file\b/,
    meaning: lacks,
    advice: setIt,
  },
  {
    id: 'settings/directive',
    category: 'config_error',
    strength: 3,
    tells: 'config.log',
    loud: true,
    hints: [
      'unknown directive',
      'invalid number of arguments in',
      'unrecognized configuration parameter',
      'invalid value for parameter',
      'bad directive',
    ],
    find: /\b(?:unknown directive|invalid number of arguments in|unrecognized configuration parameter|invalid value for parameter|[Bb]ad directive)[^\n"']{0,20}\\?["'](?<setting>[\w.-]{1,63})/,
    meaning: wrong,
    advice: correct,
  },
  {
    id: 'settings/syntax',
    category: 'config_error',
    tells: 'config.log',
    loud: true,
    hints: [
      'yaml: line ',
      'yamlexception',
      'yaml.scanner.',
      'yaml.parser.',
      'error parsing config',
      'failed to parse config',
      'invalid config',
    ],
    find: /\byaml: line \d{1,6}: |\bYAMLException\b|\byaml\.(?:scanner|parser)\.\w{1,20}Error\b|\b(?:[Ee]rror parsing|[Ff]ailed to parse|[Ii]nvalid) config(?:uration)?(?: file)?\b/,
    meaning: wrong,
    advice: correct,
  },
];
