// osls loads JavaScript only: `${file(resources/data/catalog.js):resources}`.
import { publishedMarts, queriedObjects, resources, shownTables, writtenTables } from './catalog.ts';

export { publishedMarts, queriedObjects, resources, shownTables, writtenTables };
export default resources;
