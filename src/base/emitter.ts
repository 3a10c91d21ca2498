/** Something that can be ended. Same shape as VS Code's, so that either fits. */
export interface Disposable {
  dispose(): void;
}

export type Event<T> = (listener: (value: T) => void) => Disposable;

/** Fires values to listeners. The list is copied while firing, so a listener may add or remove listeners. */
export class Emitter<T> implements Disposable {
  private listeners: readonly ((value: T) => void)[] = [];

  readonly event: Event<T> = listener => {
    this.listeners = [...this.listeners, listener];
    return {
      dispose: () => {
        this.listeners = this.listeners.filter(other => other !== listener);
      },
    };
  };

  /** A listener that throws does not keep the others from being told; its error is thrown afterwards. */
  fire(value: T): void {
    const errors: unknown[] = [];
    for (const listener of this.listeners) {
      try {
        listener(value);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  dispose(): void {
    this.listeners = [];
  }
}

/** Ends all parts, last added first. */
export function disposeAll(parts: readonly Disposable[]): void {
  for (const part of [...parts].reverse()) part.dispose();
}
