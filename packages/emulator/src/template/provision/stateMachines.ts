import type { TemplateResource } from '../resolveTemplate.ts';
import { objectOf, type Provisioner } from './ports.ts';

export const provisionStateMachine: Provisioner = (resource, { states }) => {
  const { StateMachineType: type = 'STANDARD', RoleArn: roleArn = '' } = resource.properties;
  if (type !== 'STANDARD') throw new Error('express workflows are not emulated');
  states.deploy(resource.name, definitionOf(resource), String(roleArn));
};

/** The definition as text, `${…}` of DefinitionSubstitutions filled in. */
const definitionOf = ({ logicalId, properties }: TemplateResource): string => {
  const { Definition, DefinitionString } = properties;
  const text = typeof DefinitionString === 'string' ? DefinitionString : JSON.stringify(Definition ?? null);
  if (text === 'null')
    throw new Error(
      `${logicalId} (AWS::StepFunctions::StateMachine): its definition must stand in the template`,
    );
  const substitutions = objectOf(properties.DefinitionSubstitutions);
  return text.replace(/\$\{(\w+)\}/g, (whole, key: string) => {
    const value = substitutions[key];
    return value === undefined ? whole : String(value);
  });
};
