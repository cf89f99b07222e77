/** What a refusal says in its header instead of its body (RFC 6750, 3: "The WWW-Authenticate Response Header Field"). */

export interface BearerError {
  /** `invalid_token`, `invalid_request`, `insufficient_scope` … */
  readonly code: string | undefined;
  /** As it came, but cut: to be cleaned before anybody sees it. */
  readonly description: string | undefined;
}

/** A header may have 128 KiB. */
const longest = 2000;

/** Undefined for other schemes, and for a challenge without an error. */
export function bearerError(challenge: string | undefined): BearerError | undefined {
  if (challenge === undefined || !/(?:^|,)\s*Bearer\s/i.test(challenge)) {
    return undefined;
  }
  const code = /\berror="([A-Za-z][\w.-]{0,63})"/.exec(challenge)?.[1];
  const description = /\berror_description="([^"]+)"/.exec(challenge)?.[1]?.slice(0, longest);
  return code === undefined && description === undefined ? undefined : { code, description };
}
