/** What this machine is and has, as far as it can be found out without disturbing anybody. */
package org.mutirao.worker.facts;
