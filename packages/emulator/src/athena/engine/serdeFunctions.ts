export const serdeFunctions: readonly string[] = [];
