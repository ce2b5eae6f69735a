// osls loads JavaScript only: `${file(resources/access/boundary.js):boundary}`.
import { boundary } from './boundary.ts';

export { boundary };
export default boundary;
