import fc from 'fast-check';

/** The same cases each time; `DOZOR_SEED=7 npm test` tries others. */
fc.configureGlobal({ seed: Number(process.env['DOZOR_SEED'] ?? 1) });

export { fc };
