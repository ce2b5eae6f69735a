// osls loads JavaScript only: `${file(resources/data/catalog.js):resources}`.
import { resources, writtenTables } from './catalog.ts';

export { resources, writtenTables };
export default resources;
