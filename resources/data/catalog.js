// osls loads JavaScript only: `${file(resources/data/catalog.js):resources}`.
import { publishedMarts, queriedObjects, resources, sweptTables, writtenTables } from './catalog.ts';

export { publishedMarts, queriedObjects, resources, sweptTables, writtenTables };
export default resources;
