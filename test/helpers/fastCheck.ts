import fc from 'fast-check';

/** The same cases at every run. */
fc.configureGlobal({ seed: 20261101 });

export { fc };
