/**
 * What operators and programs say to each other, in one order for everybody: the second state machine on the masters' log. Pure: no
 * clock, no I/O, no thread; time arrives inside the commands.
 */
package org.mutirao.master.channel;
