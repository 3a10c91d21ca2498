import type { Disposable } from '../base/emitter.ts';
import type { World } from '../diagnose/world.ts';
import type { ServiceId } from '../model/service.ts';

/** Keeps a part of what is known of services over a reload. */
export interface Keeper extends Disposable {
  /** Adds what was stored to services seen for the first time, and notes what changed. Gives the same world where it adds nothing. */
  settle(world: World, changed: ReadonlySet<ServiceId>): World;
  /** The world begins anew: what is known is written, and read again when its service is seen. */
  begin(): void;
}
