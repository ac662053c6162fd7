/** Where messages meet the grid: {@link org.mutirao.master.front.FrontDesk} turns requests into events and events into answers. */
package org.mutirao.master.front;
