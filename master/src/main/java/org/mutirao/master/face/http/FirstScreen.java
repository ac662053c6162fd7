package org.mutirao.master.face.http;

import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import org.mutirao.master.cluster.GroupView;
import org.mutirao.master.door.Grid;
import org.mutirao.master.door.GridFiles;
import org.mutirao.master.watch.JobList;
import org.mutirao.master.watch.Throughput;
import org.mutirao.master.watch.Views;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.StatusCounts;
import org.mutirao.protocol.room.Badge;
import org.mutirao.protocol.room.Entrant;
import org.mutirao.protocol.room.Role;

/** How the grid stands, and what the page shows first: it comes with the page itself, so that nobody waits for a second answer. */
final class FirstScreen {
    /** As the page asks for them. */
    private static final int JOBS = 100;

    private final Grid grid;
    private final Crew crew;
    private final JobApi jobs;

    FirstScreen(Grid grid, Crew crew, JobApi jobs) {
        this.grid = grid;
        this.crew = crew;
        this.jobs = jobs;
    }

    /**
     * What every page shows.
     *
     * @param counts tasks by state
     * @param history finished tasks in each span of time, the newest last
     * @param spanMs how long one of those is
     * @param maxPackage the packed size that a package may have, in bytes
     * @param crew all workers together
     */
    record GridStatus(
            StatusCounts counts,
            double perSecond,
            List<Integer> history,
            long spanMs,
            long lastEvent,
            String tasksFolder,
            long maxPackage,
            Crew.Strength crew,
            Leading masters) {}

    /**
     * This master among the others.
     *
     * @param words who leads; empty where this master is alone
     * @param keyed whether they let only those in who know the room's secret
     */
    record Leading(boolean alone, boolean leads, String words, boolean keyed) {}

    /**
     * What stands in the page.
     *
     * @param now by the master's clock, in milliseconds since 1970
     * @param me the one who looks
     */
    record Data(long now, GridStatus status, JobApi.JobPage jobs, Person me) {}

    /**
     * Who looks at a page.
     *
     * @param who {@code anybody} where nobody is asked, {@code secret} with this master's token, else as in {@code submitter-3}
     * @param role of the badge
     * @param number of the badge
     * @param holder for whom the badge is; may be empty
     */
    record Person(String who, Optional<String> role, Optional<Integer> number, Optional<String> holder) {}

    /** How the grid stands now. */
    GridStatus now() {
        Views views = grid.views();
        GridFiles files = grid.files();
        GroupView group = grid.group();
        boolean isAlone = group.isAlone();
        return new GridStatus(
                views.board().counts(),
                Math.round(views.throughput().perSecond() * 100) / 100.0,
                views.throughput().history(),
                Throughput.SPAN.toMillis(),
                views.feed().lastId(),
                files.tasks().toString(),
                files.maxPackage().bytes(),
                crew.strength(),
                new Leading(
                        isAlone,
                        isAlone || group.serves(),
                        isAlone ? "" : group.whoLeads(),
                        grid.certificate().isPresent()));
    }

    /** As JSON, for the one who asks. */
    String json(Context context) {
        Visitor visitor = Visitor.of(context);
        JobList.Filter filter = new JobList.Filter(Optional.empty(), Optional.empty(), visitor.scope());
        return Json.write(new Data(
                grid.clock().millis(), now(), jobs.page(filter, Optional.empty(), JOBS), person(visitor.entrant())));
    }

    private Person person(Entrant entrant) {
        Optional<Badge> badge = entrant.badge();
        return new Person(
                entrant.word(),
                badge.map(Badge::role).map(Role::word),
                badge.map(Badge::serial),
                badge.map(grid::holderOf));
    }
}
