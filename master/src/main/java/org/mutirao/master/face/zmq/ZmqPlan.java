package org.mutirao.master.face.zmq;

/**
 * How the ZeroMQ programs are served.
 *
 * @param foreignServers whether servers of the course that connect to the broker get their turn of the requests; they keep users,
 *     channels and messages of their own
 */
public record ZmqPlan(ZmqPorts ports, boolean foreignServers) {
    /** This master's own server answers everything. */
    public static ZmqPlan oursOnly(ZmqPorts ports) {
        return new ZmqPlan(ports, false);
    }
}
