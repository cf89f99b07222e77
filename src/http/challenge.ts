/** What a refusal says in its header instead of its body (RFC 6750, 3: "The WWW-Authenticate Response Header Field"). */

export interface BearerError {
  /** `invalid_token`, `invalid_request`, `insufficient_scope` … */
  readonly code: string | undefined;
  /** As it came, but cut: to be cleaned before anybody sees it. */
  readonly description: string | undefined;
}

/** A header may have 128 KiB. */
const longest = 2000;

/** A header's bytes come as characters; most are UTF-8 (RFC 9110, 5.5: anything above ASCII is opaque). */
function decoded(bytes: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return bytes;
  }
}

/** Undefined for other schemes, and for a challenge without an error. */
export function bearerError(challenge: string | undefined): BearerError | undefined {
  if (challenge === undefined || !/(?:^|,)\s*Bearer\s/i.test(challenge)) {
    return undefined;
  }
  const code = /\berror="([A-Za-z][\w.-]{0,63})"/.exec(challenge)?.[1];
  const [, found] = /\berror_description="([^"]+)"/.exec(challenge) ?? [];
  const description = found === undefined ? undefined : decoded(found).slice(0, longest);
  return code === undefined && description === undefined ? undefined : { code, description };
}
