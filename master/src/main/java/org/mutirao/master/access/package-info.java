/** Who may do what, whose each job is, and what was done; a state machine on the masters' log. */
package org.mutirao.master.access;
