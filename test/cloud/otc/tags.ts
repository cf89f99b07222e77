import type { Answer } from '../answer.ts';
import type { Incoming } from '../request.ts';
import type { Scene } from '../rules.ts';
export function answerTags(_request: Incoming, _scene: Scene): Answer {
  return { status: 501 };
}
