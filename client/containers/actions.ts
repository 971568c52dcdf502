/** Which of the chosen containers an action is for, and what has to be asked before. */
import type { Container, ContainerAction, ContainerState } from '../../common/protocol.ts';

const applicable: Readonly<Record<ContainerAction, readonly ContainerState[]>> = {
  start: ['created', 'exited'],
  stop: ['running', 'paused', 'restarting'],
  restart: ['running', 'restarting', 'paused', 'exited', 'created'],
  pause: ['running'],
  unpause: ['paused'],
  kill: ['running', 'paused', 'restarting'],
  remove: ['created', 'exited', 'dead'],
  removeForce: ['running', 'paused', 'restarting', 'removing', 'created', 'exited', 'dead'],
};

/** Those of `containers` that the engine would not refuse. */
export function actionable(containers: readonly Container[], action: ContainerAction): readonly Container[] {
  return containers.filter(({ state }) => applicable[action].includes(state));
}

export interface Removal {
  readonly container: Container;
  readonly action: 'remove' | 'removeForce';
}

/** How each is removed: one that is not at rest has to be forced. */
export function removals(containers: readonly Container[]): readonly Removal[] {
  return containers.map((container) => ({
    container,
    action: applicable.remove.includes(container.state) ? 'remove' : 'removeForce',
  }));
}
