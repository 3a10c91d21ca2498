import type { ServerReach, Service } from '../model/service.ts';

const instancePattern = /^[0-9a-f]{64}$/;

function hostArgs(reach: ServerReach): readonly string[] | undefined {
  switch (reach.kind) {
    case 'socket':
      return ['-H', `unix://${reach.path}`];
    case 'pipe':
      return ['-H', `npipe://${reach.path.replaceAll('\\', '/')}`];
    case 'tcp':
      return ['-H', `tcp://${reach.host}:${reach.port}`, ...tlsArgs(reach.tls)];
    case 'unreachable':
      return undefined;
  }
}

function tlsArgs(tls: { readonly ca?: string; readonly cert?: string; readonly key?: string } | undefined): readonly string[] {
  if (tls === undefined) return [];
  const files = [
    ['--tlscacert', tls.ca],
    ['--tlscert', tls.cert],
    ['--tlskey', tls.key],
  ] as const;
  return ['--tlsverify', ...files.flatMap(([flag, file]) => (file === undefined ? [] : [flag, file]))];
}

/**
 * Arguments of the Docker client that open a shell in a running container. An argument list and never a command line,
 * and the target is the full id from our inventory: a name from outside could be an option or hold a quote.
 * Undefined when the service is no container or cannot be reached.
 */
export function shellArgs(service: Service, reach: ServerReach): readonly string[] | undefined {
  const host = hostArgs(reach);
  if (host === undefined || service.kind !== 'container' || !instancePattern.test(service.instance ?? '')) return undefined;
  return [...host, 'exec', '-it', service.instance ?? '', 'sh'];
}
