// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/renderers.h"

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "report/run_json/layout.h"
#include "report/view/format.h"

namespace netio::report {
namespace {

using Events = std::vector<const TimelineEvent*>;

bool is_asynchronous(const TimelineEvent& event) { return event.path == Path::zc_complete; }

/// Copied for a socket in any thread's time: not part of the thread's own stack of paths.
bool is_of_a_cpu(const TimelineEvent& event) {
    return event.path == Path::deferred_copy || event.path == Path::linearize || event.path == Path::skb_copy;
}

/// The format counts in microseconds.
Json microseconds(std::uint64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e3; }

/// Those that go around others first. Paths are numbered from the outside to the inside.
bool goes_before(const TimelineEvent* one, const TimelineEvent* other) {
    return std::tuple(one->start_ns, ~one->end_ns(), index_of(one->path)) <
           std::tuple(other->start_ns, ~other->end_ns(), index_of(other->path));
}

/// Spreads events over as few lists as their order allows, in each of which they nest or follow one another. One list
/// is enough for what the tracer records; a path whose end was not seen, or a file from elsewhere, can take more.
std::vector<Events> nested_tracks(Events events) {
    struct Track {
        Events events;
        std::vector<std::uint64_t> open; ///< ends of the events that are open, outermost first
    };
    std::ranges::sort(events, goes_before);
    std::vector<Track> tracks;
    for (const TimelineEvent* event : events) {
        const auto fits = [&](Track& track) {
            while (!track.open.empty() && track.open.back() <= event->start_ns)
                track.open.pop_back();
            return track.open.empty() || event->end_ns() <= track.open.back();
        };
        auto track = std::ranges::find_if(tracks, fits);
        if (track == tracks.end())
            track = tracks.insert(tracks.end(), Track{});
        track->events.push_back(event);
        track->open.push_back(event->end_ns());
    }
    std::vector<Events> lists;
    lists.reserve(tracks.size());
    for (Track& track : tracks)
        lists.push_back(std::move(track.events));
    return lists;
}

std::string cell_name(const Cell& cell, bool repeated) {
    return std::string(name_of(cell.variant)) + " · 8 × " + binary_size(cell.field_size) + " · " +
           counted(cell.threads, "connection") + (repeated ? " · repeat " + std::to_string(cell.repeat + 1) : "");
}

/// Puts the document together, an event a line.
class Document {
  public:
    /// Processes, threads and asynchronous events are numbered from one sequence, so that nothing is taken for another.
    [[nodiscard]] std::uint64_t next_number() { return ++numbers_; }

    void add(const Json& event) {
        text_ += text_.empty() ? "" : ",\n";
        text_ += with_escapes(event.dump(-1, ' ', false, Json::error_handler_t::replace));
    }

    void name_process(std::uint64_t process, const std::string& name) {
        add({{"ph", "M"}, {"name", "process_name"}, {"pid", process}, {"tid", 0}, {"args", {{"name", name}}}});
        add({{"ph", "M"},
             {"name", "process_sort_index"},
             {"pid", process},
             {"tid", 0},
             {"args", {{"sort_index", process}}}});
    }

    [[nodiscard]] std::uint64_t new_thread(std::uint64_t process, const std::string& name) {
        const std::uint64_t thread = next_number();
        add({{"ph", "M"}, {"name", "thread_name"}, {"pid", process}, {"tid", thread}, {"args", {{"name", name}}}});
        add({{"ph", "M"},
             {"name", "thread_sort_index"},
             {"pid", process},
             {"tid", thread},
             {"args", {{"sort_index", thread}}}});
        return thread;
    }

    [[nodiscard]] std::string finish(const Environment& environment) && {
        const Json about{{"tool", "netio-trace " + environment.tool_version},
                         {"kernel", environment.kernel_release},
                         {"backends", environment.backends},
                         {"clock", "0 is where a cell's window begins; cells lie side by side"}};
        return "{\"displayTimeUnit\": \"ns\",\n\"otherData\": " +
               with_escapes(about.dump(-1, ' ', false, Json::error_handler_t::replace)) + ",\n\"traceEvents\": [\n" +
               text_ + "\n]}\n";
    }

  private:
    std::string text_;
    std::uint64_t numbers_ = 0;
};

/// One subject of one cell: a process with its tracks.
class SubjectExport {
  public:
    SubjectExport(Document& document, const Trace& trace, std::uint32_t subject, const std::string& name)
        : document_(document), trace_(trace), process_(document.next_number()) {
        document.name_process(process_, name + " · " + trace.subjects[subject].subject.name);
        for (const TimelineEvent& event : trace_.timeline->events)
            if (event.subject == subject)
                sort_in(event);
    }

    void write() {
        std::size_t worker = 0;
        for (const auto& [tid, events] : threads_)
            write_tracks("worker " + std::to_string(++worker) + ", thread " + std::to_string(tid), events);
        for (const auto& [cpu, events] : cpus_)
            write_tracks("CPU " + std::to_string(cpu) + ", copies in softirq", events);
        write_zero_copy();
    }

    /// Marks where events of the cell, of whichever role, found no room.
    void write_gaps() {
        const Timeline& timeline = *trace_.timeline;
        if (timeline.lost() == 0)
            return;
        const std::uint64_t thread = document_.new_thread(process_, "events lost, both ends");
        std::uint64_t last_end = 0;
        for (const TimelineEvent& event : timeline.events) {
            if (event.lost_before != 0)
                write_gap(thread, last_end, event.lost_before);
            last_end = std::max(last_end, event.end_ns());
        }
        if (timeline.lost_at_end != 0)
            write_gap(thread, last_end, timeline.lost_at_end);
    }

  private:
    void sort_in(const TimelineEvent& event) {
        if (event.notification)
            notifications_.push_back(&event);
        else if (is_asynchronous(event))
            completions_.push_back(&event);
        else if (is_of_a_cpu(event))
            cpus_[event.cpu].push_back(&event);
        else
            threads_[event.tid].push_back(&event);
        if (event.path == Path::send_syscall)
            sends_.emplace(event.start_ns, &event);
    }

    [[nodiscard]] Json arguments_of(const TimelineEvent& event) const {
        const Figure& time = trace_.subjects[event.subject].path(event.path).time_ns;
        return {{"path", name_of(event.path)},
                {"bytes", event.bytes},
                {"quality", name_of(time.quality)},
                {is_of_a_cpu(event) || is_asynchronous(event) ? "interrupted_thread" : "thread", event.tid},
                {"cpu", event.cpu}};
    }

    void write_tracks(const std::string& name, const Events& events) {
        for (const Events& track : nested_tracks(events)) {
            const std::uint64_t thread = document_.new_thread(process_, name);
            for (const TimelineEvent* event : track)
                document_.add({{"ph", "X"},
                               {"name", name_of(event->path)},
                               {"cat", "path"},
                               {"pid", process_},
                               {"tid", thread},
                               {"ts", microseconds(event->start_ns)},
                               {"dur", microseconds(event->duration_ns)},
                               {"args", arguments_of(*event)}});
        }
    }

    void write_stretch(const char* name, std::uint64_t number, std::uint64_t thread, const TimelineEvent& event,
                       Json arguments) {
        const Json base{
            {"name", name}, {"cat", "zero-copy"}, {"id", std::to_string(number)}, {"pid", process_}, {"tid", thread}};
        Json begin = base;
        begin["ph"] = "b";
        begin["ts"] = microseconds(event.start_ns);
        begin["args"] = std::move(arguments);
        document_.add(begin);
        Json end = base;
        end["ph"] = "e";
        end["ts"] = microseconds(event.end_ns());
        document_.add(end);
    }

    /// A send's way to its completion begins with the clock's reading that its call begins with, and a notification's
    /// with the one that the completion ends with: so they are put together. Sends that one notification completes
    /// share that; they are in the same order both times.
    void write_zero_copy() {
        if (completions_.empty() && notifications_.empty())
            return;
        const std::uint64_t thread = document_.new_thread(process_, "zero-copy sends");
        std::map<std::uint64_t, std::deque<std::uint64_t>> completed; ///< numbers, by time of completion
        for (const TimelineEvent* event : completions_) {
            Json arguments = arguments_of(*event);
            if (const auto send = sends_.find(event->start_ns); send != sends_.end()) {
                arguments["bytes"] = send->second->bytes;
                arguments["sending_thread"] = send->second->tid;
            }
            const std::uint64_t number = document_.next_number();
            write_stretch("in flight until its completion", number, thread, *event, std::move(arguments));
            completed[event->end_ns()].push_back(number);
        }
        for (const TimelineEvent* event : notifications_) {
            std::deque<std::uint64_t>& numbers = completed[event->start_ns];
            const std::uint64_t number = numbers.empty() ? document_.next_number() : numbers.front();
            if (!numbers.empty())
                numbers.pop_front();
            write_stretch("complete, until its notification is read", number, thread, *event, arguments_of(*event));
        }
    }

    void write_gap(std::uint64_t thread, std::uint64_t when, std::uint32_t lost) {
        document_.add({{"ph", "i"},
                       {"name", "events lost from here"},
                       {"cat", "lost"},
                       {"s", "t"},
                       {"pid", process_},
                       {"tid", thread},
                       {"ts", microseconds(when)},
                       {"args", {{"lost", lost}}}});
    }

    Document& document_;
    const Trace& trace_;
    std::uint64_t process_;
    std::map<std::uint32_t, Events> threads_;
    std::map<std::uint32_t, Events> cpus_;
    std::map<std::uint64_t, const TimelineEvent*> sends_; ///< by start
    Events completions_;
    Events notifications_;
};

} // namespace

RenderedFiles export_perfetto(const Run& run, const RenderOptions& /*options*/) {
    const bool repeated = std::ranges::any_of(run.cells, [](const Cell& cell) { return cell.repeat != 0; });
    Document document;
    bool any = false;
    for (const Cell& cell : run.cells) {
        if (!cell.trace || !cell.trace->timeline)
            continue;
        any = true;
        for (std::uint32_t subject = 0; subject < cell.trace->subjects.size(); ++subject) {
            SubjectExport exported(document, *cell.trace, subject, cell_name(cell, repeated));
            exported.write();
            if (subject == 0)
                exported.write_gaps();
        }
    }
    if (!any)
        return input_error("the run has no timeline to export", "it was made without one")
            .or_choose({Choice::record_timeline});
    return std::vector<RenderedFile>{{"timeline.json", std::move(document).finish(run.environment)}};
}

} // namespace netio::report
