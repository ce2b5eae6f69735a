/**
 * `headrace-emulator/template`: reads a packaged template as CloudFormation would, every intrinsic function replaced, and
 * calls an emulator's services as provisioning does. For tests of a template, and for tools that look at one.
 */
export { callOverHttp, callQuery } from './provision/ports.ts';
export { parseTemplate, readTemplate, TEMPLATE_FILE, type Template } from './read.ts';
export { resolveTemplate, type TemplateResource } from './resolveTemplate.ts';
