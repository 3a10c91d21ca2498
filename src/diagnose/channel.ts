import type { Service } from '../model/service.ts';

/** Channels that are there without any setting. */
const builtIn: ReadonlySet<string> = new Set(['vscode']);

export interface Channel {
  /** As its label says; absent where it has none. */
  readonly name?: string;
  /** What is to be told on the service. */
  readonly note?: string;
}

/** Where alerts of a service want to go. `known` are the names of the channels that there are. */
export function channelOf({ alertChannel: name }: Pick<Service, 'alertChannel'>, known: ReadonlySet<string> = builtIn): Channel {
  if (name === undefined) return {};
  if (known.has(name)) return { name };
  return { name, note: `label dozor.alert.channel names "${name}": no channel of that name is set up; its alerts stay in VS Code` };
}

/** The service with a note where the channel that it names is not there. */
export function withChannelNote(service: Service): Service {
  const { note } = channelOf(service);
  return note === undefined ? service : { ...service, diagnostics: [...service.diagnostics, note] };
}
