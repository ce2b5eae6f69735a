/** Makes a value on first use and keeps it: clients and loggers outlive an invocation, and none is made on import. */
export const once = <Value>(make: () => Value): (() => Value) => {
  let made: { value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};
