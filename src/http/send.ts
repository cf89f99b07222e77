import type { HttpRequest, HttpResponse } from './client.ts';

/** Sends one request, authenticated or not; what the API clients need of HTTP. */
export type Send = (request: HttpRequest) => Promise<HttpResponse>;
