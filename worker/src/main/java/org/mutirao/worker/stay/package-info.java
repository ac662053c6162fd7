/** How long a worker stays, when it takes work, and how much of the machine it uses. */
package org.mutirao.worker.stay;
