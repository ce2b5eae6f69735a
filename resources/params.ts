import { projectFolder } from '../compiler/folder.ts';
import { paramsOf } from '../compiler/params.ts';

/** `params` of serverless.yml: resources/params.yml, changed by the params.yml of a project of one's own. */
export const params = () => paramsOf(projectFolder());
