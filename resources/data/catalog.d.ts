/** For the tests: osls loads the JavaScript. */
interface Catalog {
  Resources: Record<string, unknown>;
}

type ForStage = (osls: { resolveVariable: (name: string) => Promise<string> }) => Promise<Catalog>;

export const catalogOf: (stage: string) => Catalog;
export const resources: ForStage;
// biome-ignore lint/style/noDefaultExport: serverless.yml asks for it by this name
export default resources;
