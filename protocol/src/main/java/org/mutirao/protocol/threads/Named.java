package org.mutirao.protocol.threads;

import org.mutirao.protocol.text.Text;

/** What a task is called when somebody asks: after the class that it was written in. */
record Named(Runnable task) {
    @Override
    public String toString() {
        String type = task.getClass().getName();
        int lambda = type.indexOf("$$");
        String owner = lambda < 0 ? type : type.substring(0, lambda);
        return Text.of("a task of %s", owner.substring(owner.lastIndexOf('.') + 1));
    }
}
