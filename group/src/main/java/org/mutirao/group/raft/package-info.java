/** The replicated log on Apache Ratis; nothing outside this package knows that engine. */
package org.mutirao.group.raft;
