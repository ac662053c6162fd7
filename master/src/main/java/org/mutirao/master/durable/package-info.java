/** The one way of packages and results into the group's keeping: {@link org.mutirao.master.durable.DurablePath}. */
package org.mutirao.master.durable;
