// osls loads JavaScript only: `${file(resources/data/catalog.js):resources}`.
import { resources } from './catalog.ts';

export { resources };
export default resources;
