// osls loads JavaScript only: `${file(resources/monitoring/dashboard.js):body}`.
import { body } from './dashboard.ts';

export { body };
export default body;
