/** The leader's side of the clocks; start reading at {@link org.mutirao.master.clock.ClockRounds}. */
package org.mutirao.master.clock;
