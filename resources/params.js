// osls loads JavaScript only: `${file(resources/params.js):params}`.
import { params } from './params.ts';

export { params };
export default params;
