/** What `--param name=value` was given: params of a stage by name. Throws an Error that quotes what it cannot read. */
export const givenParams = (given: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    given.map((each) => {
      const [name = '', ...value] = each.split('=');
      if (name === '' || value.length === 0) throw new Error(`--param ${each}: give it as name=value.`);
      return [name, value.join('=')];
    }),
  );
