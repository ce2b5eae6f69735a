"""What of the packaged template moto can deploy, and what is left out of it and why."""

import re

# Types whose CloudFormation moto does not know. checkDeploy fails when one of them is known after all, and when a type
# that is not known is missing here, so the list is what is true of the pinned moto.
LEFT_OUT = {
    "AWS::ApiGatewayV2::Api": "moto deploys REST APIs only, no HTTP APIs",
    "AWS::ApiGatewayV2::Integration": "moto deploys REST APIs only, no HTTP APIs",
    "AWS::ApiGatewayV2::Route": "moto deploys REST APIs only, no HTTP APIs",
    "AWS::ApiGatewayV2::Stage": "moto deploys REST APIs only, no HTTP APIs",
    "AWS::Athena::WorkGroup": "moto has workgroups, but not by CloudFormation",
    "AWS::Budgets::Budget": "moto has budgets, but not by CloudFormation",
    "AWS::CloudWatch::Alarm": "moto has alarms, but not by CloudFormation",
    "AWS::CloudWatch::CompositeAlarm": "moto has alarms, but not by CloudFormation",
    "AWS::Glue::Crawler": "moto has crawlers, but not by CloudFormation",
    "AWS::Glue::Database": "moto has the catalog, but not by CloudFormation",
    "AWS::Glue::Table": "moto has the catalog, but not by CloudFormation",
    "AWS::Kinesis::StreamConsumer": "moto has consumers, but not by CloudFormation",
    "AWS::KinesisFirehose::DeliveryStream": "moto has delivery streams, but not by CloudFormation",
    "AWS::Lambda::EventInvokeConfig": "moto has the configuration, but not by CloudFormation",
    "AWS::Logs::LogStream": "moto has log streams, but not by CloudFormation",
    "AWS::RDS::DBCluster": "moto has clusters, but not by CloudFormation",
    "AWS::S3::BucketPolicy": "moto has bucket policies, but not by CloudFormation",
    "AWS::SNS::TopicPolicy": "moto has topic policies, but not by CloudFormation",
    "AWS::Scheduler::Schedule": "moto has schedules, but not by CloudFormation",
    "AWS::SecretsManager::Secret": "moto has secrets, but not by CloudFormation",
}

# Types that moto deploys, and that are nothing without one of those.
WITH_IT = {"AWS::RDS::DBInstance": "its cluster is left out"}

NAMES = ("Name", "BucketName", "TableName", "TopicName", "AlarmName", "DashboardName", "AliasName")


def name_of(logical_id, resource):
    """What a Ref to the resource would be, near enough for text that only moto stores."""
    properties = resource.get("Properties", {})
    if resource.get("Type") == "AWS::Kinesis::StreamConsumer":
        return properties["StreamARN"]  # what reads as a consumer reads the stream then
    if resource.get("Type") == "AWS::SecretsManager::Secret":
        return f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{properties['Name']}-AbCdEf"
    for holder in (properties, properties.get("DatabaseInput", {}), properties.get("TableInput", {})):
        for key in NAMES:
            if isinstance(holder.get(key), str):
                return holder[key]
    return logical_id


def inline(value):
    """A reference as Fn::Sub writes it; text as it is."""
    if isinstance(value, str):
        return value
    return f"${{{value['Ref']}}}" if "Ref" in value else "${{{}.{}}}".format(*value["Fn::GetAtt"])


def without(value, names):
    """The value with every reference to a resource in `names` (by logical id) put in place as text."""
    if isinstance(value, list):
        return [without(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("Ref") in names:
        return names[value["Ref"]]
    attribute = value.get("Fn::GetAtt")
    if attribute and attribute[0] in names:
        return f"arn:aws:left-out:us-east-1:123456789012:{names[attribute[0]]}"
    substituted = value.get("Fn::Sub")
    if substituted is not None:
        text, variables = substituted if isinstance(substituted, list) else (substituted, {})
        # moto does not fill in variables whose names begin with a digit, as those of state machines do.
        for name, variable in variables.items():
            text = text.replace(f"${{{name}}}", inline(without(variable, names)))
        return {"Fn::Sub": re.sub(r"\$\{(\w+)(\.\w+)?\}", lambda found: names.get(found[1], found[0]), text)}
    return {key: without(item, names) for key, item in value.items()}


def adapted(template, known_types):
    """The template as moto takes it, and {type: how many} of what was left out.

    Raises ValueError when LEFT_OUT is not what moto does.
    """
    resources = template["Resources"]
    types = {resource["Type"] for resource in resources.values()}
    unlisted = sorted(types - set(known_types) - set(LEFT_OUT))
    outdated = sorted(set(LEFT_OUT) & set(known_types))
    if unlisted:
        raise ValueError(f"moto does not deploy {', '.join(unlisted)}: add it to LEFT_OUT in {__file__}, with why.")
    if outdated:
        raise ValueError(f"moto deploys {', '.join(outdated)} by now: take it off LEFT_OUT in {__file__}.")

    gone = {id: one for id, one in resources.items() if one["Type"] in LEFT_OUT | WITH_IT}
    names = {id: name_of(id, one) for id, one in gone.items()}
    kept = {
        # moto's validation takes cfn-lint's hint that a DependsOn is implied (W3005) for an error: osls writes such ones.
        id: without({key: part for key, part in one.items() if key != "DependsOn"}, names)
        for id, one in resources.items()
        if id not in gone
    }
    counts = {}
    for one in gone.values():
        counts[one["Type"]] = counts.get(one["Type"], 0) + 1
    outputs = {
        name: output for name, output in template.get("Outputs", {}).items() if without(output, names) == output
    }
    return {**template, "Resources": kept, "Outputs": outputs}, counts
