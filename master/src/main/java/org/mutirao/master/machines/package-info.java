/**
 * The state machines on the masters' one log, the thread that owns their state, and what a master does about what they say: {@link
 * org.mutirao.master.machines.EffectHandler}.
 */
package org.mutirao.master.machines;
