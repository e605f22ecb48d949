// The balancer's certificate: the one that the description names, or one that ACM makes once the domain's owner agreed by DNS.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "./context.ts";

export interface DnsRecord {
  name: string;
  type: string;
  value: string;
}

export interface Certificate {
  arn: pulumi.Input<string>;
  /** Records that must be in the domain's DNS, for as long as the certificate is to be renewed by itself. */
  records: pulumi.Input<DnsRecord[]>;
}

/** Declares it. An `up` waits until the certificate is given out; it prints the record that has to be made for that. */
export function certificate(
  context: Context,
  edge: NonNullable<Context["description"]["edge"]>,
): Certificate {
  if (edge.certificate !== undefined) return { arn: edge.certificate, records: [] };
  const asked = new aws.acm.Certificate(
    "certificate",
    { domainName: edge.domain, validationMethod: "DNS", tags: context.tags("certificate") },
    context.options,
  );
  const records = asked.domainValidationOptions.apply((options) =>
    (options ?? []).map((option) => ({
      name: option.resourceRecordName,
      type: option.resourceRecordType,
      value: option.resourceRecordValue,
    })),
  );
  records.apply((all) => {
    for (const { name, type, value } of all)
      void pulumi.log.info(`${edge.domain} needs this DNS record: ${name} ${type} ${value}`, asked);
  });
  const issued = new aws.acm.CertificateValidation(
    "certificate",
    { certificateArn: asked.arn },
    { ...context.options, customTimeouts: { create: "60m" } },
  );
  return { arn: issued.certificateArn, records };
}
