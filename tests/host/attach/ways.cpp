// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A program as any other, which knows nothing of netio-trace: moves 64 times 16 KiB over loopback by one way of sending
 * and one of receiving, each end in a process of its own, and says what each end moved:
 *   ways SENDER RECEIVER [tls] [pause]
 *   sender PID BYTES
 *   receiver PID BYTES
 * With `pause` both ends wait for a line from standard input in the middle. Exit code 77: this kernel cannot do it.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/tls.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t piece = 16384;
constexpr int pieces = 64;
constexpr int cannot = 77;

void require(bool good, const char* what) {
    if (good)
        return;
    const bool unsupported = errno == ENOSYS || errno == EINVAL || errno == EOPNOTSUPP || errno == EPERM ||
                             errno == ENOENT || errno == ENOPROTOOPT;
    std::fprintf(stderr, "%s: %s\n", what, std::strerror(errno));
    std::_Exit(unsupported ? cannot : 1);
}

std::size_t moved(ssize_t result, const char* what) {
    require(result >= 0, what);
    return static_cast<std::size_t>(result);
}

alignas(4096) std::array<char, piece> buffer; // NOLINT: what is moved

/// Calls `move(rest)` until a piece has gone.
template <class Move>
std::uint64_t whole_piece(Move move) {
    std::size_t done = 0;
    while (done < piece)
        done += move(done, piece - done);
    return done;
}

/// What io_uring said of zero-copy sends: notifications, and of those such that tell of a copy after all.
unsigned notified = 0;
unsigned copied_after_all = 0;

/// The least of a ring that submits one entry and waits for one completion.
class Ring {
  public:
    explicit Ring(unsigned flags = 0) {
        io_uring_params parameters{};
        parameters.flags = flags;
        parameters.sq_thread_idle = 2000;
        fd_ = static_cast<int>(syscall(SYS_io_uring_setup, 8, &parameters));
        require(fd_ >= 0, "io_uring_setup");
        polled_ = (flags & IORING_SETUP_SQPOLL) != 0;
        const auto map = [&](std::size_t size, off_t offset) {
            void* at = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd_, offset);
            require(at != MAP_FAILED, "mmap of io_uring");
            return static_cast<char*>(at);
        };
        char* sq = map(parameters.sq_off.array + parameters.sq_entries * sizeof(unsigned), IORING_OFF_SQ_RING);
        char* cq = map(parameters.cq_off.cqes + parameters.cq_entries * sizeof(io_uring_cqe), IORING_OFF_CQ_RING);
        entries_ = reinterpret_cast<io_uring_sqe*>(map(parameters.sq_entries * sizeof(io_uring_sqe), IORING_OFF_SQES));
        const auto number = [](char* base, unsigned offset) { return reinterpret_cast<unsigned*>(base + offset); };
        sq_tail_ = number(sq, parameters.sq_off.tail);
        sq_mask_ = *number(sq, parameters.sq_off.ring_mask);
        sq_array_ = number(sq, parameters.sq_off.array);
        sq_flags_ = number(sq, parameters.sq_off.flags);
        cq_head_ = number(cq, parameters.cq_off.head);
        cq_tail_ = number(cq, parameters.cq_off.tail);
        cq_mask_ = *number(cq, parameters.cq_off.ring_mask);
        completions_ = reinterpret_cast<io_uring_cqe*>(cq + parameters.cq_off.cqes);
    }
    ~Ring() { close(fd_); }
    Ring(const Ring&) = delete;
    Ring& operator=(const Ring&) = delete;

    void submit(const io_uring_sqe& entry) {
        const unsigned tail = *sq_tail_;
        entries_[tail & sq_mask_] = entry;
        sq_array_[tail & sq_mask_] = tail & sq_mask_;
        std::atomic_ref(*sq_tail_).store(tail + 1, std::memory_order_release);
        if (!polled_)
            require(syscall(SYS_io_uring_enter, fd_, 1, 0, 0, nullptr, 0) == 1, "io_uring_enter");
        else if (std::atomic_ref(*sq_flags_).load() & IORING_SQ_NEED_WAKEUP)
            syscall(SYS_io_uring_enter, fd_, 1, 0, IORING_ENTER_SQ_WAKEUP, nullptr, 0);
    }
    io_uring_cqe wait() {
        while (std::atomic_ref(*cq_tail_).load(std::memory_order_acquire) == *cq_head_)
            syscall(SYS_io_uring_enter, fd_, 0, 1, IORING_ENTER_GETEVENTS, nullptr, 0);
        const io_uring_cqe completion = completions_[*cq_head_ & cq_mask_];
        std::atomic_ref(*cq_head_).store(*cq_head_ + 1, std::memory_order_release);
        return completion;
    }
    /// The result of an entry, and of its notification if there is one.
    std::size_t run(const io_uring_sqe& entry) {
        submit(entry);
        io_uring_cqe completion = wait();
        const int result = completion.res;
        while (completion.flags & IORING_CQE_F_MORE)
            completion = wait();
        if (completion.flags & IORING_CQE_F_NOTIF) {
            ++notified;
            copied_after_all += (static_cast<unsigned>(completion.res) & IORING_NOTIF_USAGE_ZC_COPIED) != 0;
        }
        errno = result < 0 ? -result : 0;
        require(result >= 0, "io_uring operation");
        return static_cast<std::size_t>(result);
    }
    void register_buffer() {
        iovec vector{buffer.data(), buffer.size()};
        require(syscall(SYS_io_uring_register, fd_, IORING_REGISTER_BUFFERS, &vector, 1) == 0, "register buffers");
    }

  private:
    int fd_;
    bool polled_ = false;
    io_uring_sqe* entries_ = nullptr;
    unsigned *sq_tail_ = nullptr, *sq_array_ = nullptr, *sq_flags_ = nullptr, *cq_head_ = nullptr, *cq_tail_ = nullptr;
    unsigned sq_mask_ = 0, cq_mask_ = 0;
    io_uring_cqe* completions_ = nullptr;
};

io_uring_sqe entry_of(unsigned char operation, int fd, std::size_t at, std::size_t length) {
    io_uring_sqe entry{};
    entry.opcode = operation;
    entry.fd = fd;
    entry.addr = reinterpret_cast<std::uintptr_t>(buffer.data() + at);
    entry.len = static_cast<unsigned>(length);
    return entry;
}

using Mover = std::function<std::size_t(int fd, std::size_t at, std::size_t length)>;

msghdr one_message(iovec& vector, std::size_t at, std::size_t length) {
    vector = {buffer.data() + at, length};
    msghdr message{};
    message.msg_iov = &vector;
    message.msg_iovlen = 1;
    return message;
}

int file_of_a_piece() {
    const int file = memfd_create("piece", 0);
    require(file >= 0 && write(file, buffer.data(), piece) == static_cast<ssize_t>(piece), "memfd_create");
    return file;
}

std::size_t take_completions(int fd, unsigned wanted) {
    for (unsigned got = 0; got < wanted;) {
        pollfd waited{fd, 0, 0};
        poll(&waited, 1, 1000);
        std::array<char, 128> control{};
        msghdr message{};
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        if (recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) >= 0)
            ++got;
    }
    return 0;
}

Mover ring_mover(unsigned char operation, unsigned setup = 0, unsigned char flags = 0) {
    auto ring = std::make_shared<Ring>(setup);
    if (operation == IORING_OP_WRITE_FIXED || operation == IORING_OP_READ_FIXED)
        ring->register_buffer();
    return [ring, operation, flags](int fd, std::size_t at, std::size_t length) {
        io_uring_sqe entry = entry_of(operation, fd, at, length);
        entry.flags = flags;
        iovec vector{};
        msghdr message = one_message(vector, at, length);
        if (operation == IORING_OP_SENDMSG || operation == IORING_OP_SENDMSG_ZC || operation == IORING_OP_RECVMSG) {
            entry.addr = reinterpret_cast<std::uintptr_t>(&message);
            entry.len = 1;
        } else if (operation == IORING_OP_READV || operation == IORING_OP_WRITEV) {
            entry.addr = reinterpret_cast<std::uintptr_t>(&vector);
            entry.len = 1;
        }
        return ring->run(entry);
    };
}

/// send_zc that asks whether it was copied after all.
Mover reported_zero_copy() {
    auto ring = std::make_shared<Ring>();
    return [ring](int fd, std::size_t at, std::size_t length) {
        io_uring_sqe entry = entry_of(IORING_OP_SEND_ZC, fd, at, length);
        entry.ioprio = IORING_SEND_ZC_REPORT_USAGE;
        return ring->run(entry);
    };
}

/// send_zc from a registered buffer.
Mover fixed_zero_copy() {
    auto ring = std::make_shared<Ring>();
    ring->register_buffer();
    return [ring](int fd, std::size_t at, std::size_t length) {
        io_uring_sqe entry = entry_of(IORING_OP_SEND_ZC, fd, at, length);
        entry.ioprio = IORING_RECVSEND_FIXED_BUF;
        return ring->run(entry);
    };
}

Mover zero_copy() {
    return [](int fd, std::size_t at, std::size_t length) {
        const int on = 1;
        require(setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on)) == 0, "SO_ZEROCOPY");
        const std::size_t sent = moved(send(fd, buffer.data() + at, length, MSG_ZEROCOPY), "send MSG_ZEROCOPY");
        take_completions(fd, 1);
        return sent;
    };
}

/// By a pipe, which `fill` has given so many bytes.
Mover from_pipe(const std::function<std::size_t(int pipe, std::size_t at, std::size_t length)>& fill) {
    auto ends = std::make_shared<std::array<int, 2>>();
    require(pipe(ends->data()) == 0, "pipe");
    return [ends, fill](int fd, std::size_t at, std::size_t length) {
        std::size_t left = fill((*ends)[1], at, length);
        std::size_t sent = 0;
        while (left > 0) {
            const std::size_t part = moved(splice((*ends)[0], nullptr, fd, nullptr, left, 0), "splice");
            left -= part;
            sent += part;
        }
        return sent;
    };
}

std::map<std::string, std::function<Mover()>> senders() {
    return {
        {"send",
         [] {
             return [](int fd, std::size_t at, std::size_t n) {
                 return moved(send(fd, buffer.data() + at, n, 0), "send");
             };
         }},
        {"sendmsg",
         [] {
             return [](int fd, std::size_t at, std::size_t n) {
                 iovec vector{};
                 const msghdr message = one_message(vector, at, n);
                 return moved(sendmsg(fd, &message, 0), "sendmsg");
             };
         }},
        {"sendmmsg",
         [] {
             return [](int fd, std::size_t at, std::size_t n) {
                 std::array<iovec, 2> vectors{};
                 std::array<mmsghdr, 2> messages{};
                 messages[0].msg_hdr = one_message(vectors[0], at, n / 2);
                 messages[1].msg_hdr = one_message(vectors[1], at + n / 2, n - n / 2);
                 const int count = sendmmsg(fd, messages.data(), 2, 0);
                 require(count > 0, "sendmmsg");
                 return std::size_t{messages[0].msg_len} + (count > 1 ? messages[1].msg_len : 0);
             };
         }},
        {"write",
         [] {
             return
                 [](int fd, std::size_t at, std::size_t n) { return moved(write(fd, buffer.data() + at, n), "write"); };
         }},
        {"writev",
         [] {
             return [](int fd, std::size_t at, std::size_t n) {
                 const iovec vector{buffer.data() + at, n};
                 return moved(writev(fd, &vector, 1), "writev");
             };
         }},
        {"pwritev2",
         [] {
             return [](int fd, std::size_t at, std::size_t n) {
                 const iovec vector{buffer.data() + at, n};
                 return moved(pwritev2(fd, &vector, 1, -1, 0), "pwritev2");
             };
         }},
        {"zerocopy", zero_copy},
        {"zerocopy_without_option",
         [] {
             return [](int fd, std::size_t at, std::size_t n) {
                 return moved(send(fd, buffer.data() + at, n, MSG_ZEROCOPY), "send MSG_ZEROCOPY");
             };
         }},
        {"sendfile",
         [] {
             const int file = file_of_a_piece();
             return [file](int fd, std::size_t at, std::size_t n) {
                 off_t offset = static_cast<off_t>(at);
                 return moved(sendfile(fd, file, &offset, n), "sendfile");
             };
         }},
        {"splice",
         [] {
             return from_pipe([](int pipe, std::size_t at, std::size_t n) {
                 return moved(write(pipe, buffer.data() + at, n), "write to a pipe");
             });
         }},
        {"vmsplice",
         [] {
             return from_pipe([](int pipe, std::size_t at, std::size_t n) {
                 const iovec vector{buffer.data() + at, n};
                 return moved(vmsplice(pipe, &vector, 1, 0), "vmsplice");
             });
         }},
        {"uring_send", [] { return ring_mover(IORING_OP_SEND); }},
        {"uring_sendmsg", [] { return ring_mover(IORING_OP_SENDMSG); }},
        {"uring_write", [] { return ring_mover(IORING_OP_WRITE); }},
        {"uring_writev", [] { return ring_mover(IORING_OP_WRITEV); }},
        {"uring_write_fixed", [] { return ring_mover(IORING_OP_WRITE_FIXED); }},
        {"uring_send_zc", [] { return ring_mover(IORING_OP_SEND_ZC); }},
        {"uring_sendmsg_zc", [] { return ring_mover(IORING_OP_SENDMSG_ZC); }},
        {"uring_send_zc_fixed", fixed_zero_copy},
        {"uring_send_zc_reported", reported_zero_copy},
        {"uring_sqpoll", [] { return ring_mover(IORING_OP_SEND, IORING_SETUP_SQPOLL); }},
        {"uring_async", [] { return ring_mover(IORING_OP_SEND, 0, IOSQE_ASYNC); }},
    };
}

/// Whatever is there, into a pipe and out of it again.
Mover to_pipe() {
    auto ends = std::make_shared<std::array<int, 2>>();
    require(pipe(ends->data()) == 0, "pipe");
    const int nowhere = open("/dev/null", O_WRONLY);
    return [ends, nowhere](int fd, std::size_t, std::size_t n) {
        const std::size_t got = moved(splice(fd, nullptr, (*ends)[1], nullptr, n, 0), "splice");
        for (std::size_t left = got; left > 0;)
            left -= moved(splice((*ends)[0], nullptr, nowhere, nullptr, left, 0), "splice out of the pipe");
        return got;
    };
}

/// Pages are mapped where whole pages came, and the rest is copied.
Mover mapped() {
    auto area = std::make_shared<void*>(nullptr);
    return [area](int fd, std::size_t, std::size_t n) {
        if (*area == nullptr) {
            *area = mmap(nullptr, piece, PROT_READ, MAP_SHARED, fd, 0);
            require(*area != MAP_FAILED, "mmap of a socket");
        }
        pollfd waited{fd, POLLIN, 0};
        poll(&waited, 1, 1000);
        tcp_zerocopy_receive request{};
        request.address = reinterpret_cast<std::uintptr_t>(*area);
        request.length = static_cast<std::uint32_t>(n / 4096 * 4096);
        socklen_t size = sizeof(request);
        if (request.length != 0)
            require(getsockopt(fd, IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE, &request, &size) == 0, "TCP_ZEROCOPY_RECEIVE");
        else
            request.recv_skip_hint = static_cast<std::uint32_t>(n);
        std::size_t got = request.length;
        if (got == 0 || request.recv_skip_hint != 0)
            got += moved(recv(fd, buffer.data(),
                              std::min<std::size_t>(std::max<std::size_t>(request.recv_skip_hint, 1), n - got), 0),
                         "recv");
        return got;
    };
}

Mover multishot() {
    auto ring = std::make_shared<Ring>();
    // Eight buffers of a page, given back one by one.
    constexpr int buffers = 8;
    constexpr unsigned length = 4096;
    auto memory = std::make_shared<std::vector<char>>(buffers * length);
    const auto provide = [ring, memory](int first, int count) {
        io_uring_sqe entry{};
        entry.opcode = IORING_OP_PROVIDE_BUFFERS;
        entry.fd = count;
        entry.addr = reinterpret_cast<std::uintptr_t>(memory->data() + first * static_cast<int>(length));
        entry.len = length;
        entry.off = static_cast<unsigned>(first);
        entry.buf_group = 1;
        entry.user_data = 1;
        ring->submit(entry);
    };
    provide(0, buffers);
    auto armed = std::make_shared<bool>(false);
    return [ring, memory, provide, armed](int fd, std::size_t, std::size_t) -> std::size_t {
        for (;;) {
            if (!*armed) {
                io_uring_sqe entry{};
                entry.opcode = IORING_OP_RECV;
                entry.fd = fd;
                entry.ioprio = IORING_RECV_MULTISHOT;
                entry.flags = IOSQE_BUFFER_SELECT;
                entry.buf_group = 1;
                ring->submit(entry);
                *armed = true;
            }
            const io_uring_cqe completion = ring->wait();
            if (completion.user_data == 1)
                continue; // buffers were provided
            *armed = (completion.flags & IORING_CQE_F_MORE) != 0;
            if (completion.flags & IORING_CQE_F_BUFFER)
                provide(static_cast<int>(completion.flags >> IORING_CQE_BUFFER_SHIFT), 1);
            if (completion.res == -ENOBUFS)
                continue;
            errno = completion.res < 0 ? -completion.res : 0;
            require(completion.res >= 0, "multishot receive");
            return static_cast<std::size_t>(completion.res);
        }
    };
}

std::map<std::string, std::function<Mover()>> receivers() {
    return {
        {"recv",
         [] {
             return [](int fd, std::size_t at, std::size_t n) {
                 return moved(recv(fd, buffer.data() + at, n, 0), "recv");
             };
         }},
        {"recvmsg",
         [] {
             return [](int fd, std::size_t at, std::size_t n) {
                 iovec vector{};
                 msghdr message = one_message(vector, at, n);
                 return moved(recvmsg(fd, &message, 0), "recvmsg");
             };
         }},
        {"recvmmsg",
         [] {
             return [](int fd, std::size_t at, std::size_t n) {
                 std::array<iovec, 2> vectors{};
                 std::array<mmsghdr, 2> messages{};
                 const std::size_t half = n > 1 ? n / 2 : n;
                 messages[0].msg_hdr = one_message(vectors[0], at, half);
                 messages[1].msg_hdr = one_message(vectors[1], at + half, n - half);
                 const int count = recvmmsg(fd, messages.data(), n > 1 ? 2 : 1, MSG_WAITFORONE, nullptr);
                 require(count > 0, "recvmmsg");
                 return std::size_t{messages[0].msg_len} + (count > 1 ? messages[1].msg_len : 0);
             };
         }},
        {"read",
         [] {
             return
                 [](int fd, std::size_t at, std::size_t n) { return moved(read(fd, buffer.data() + at, n), "read"); };
         }},
        {"readv",
         [] {
             return [](int fd, std::size_t at, std::size_t n) {
                 const iovec vector{buffer.data() + at, n};
                 return moved(readv(fd, &vector, 1), "readv");
             };
         }},
        {"preadv2",
         [] {
             return [](int fd, std::size_t at, std::size_t n) {
                 const iovec vector{buffer.data() + at, n};
                 return moved(preadv2(fd, &vector, 1, -1, 0), "preadv2");
             };
         }},
        {"trunc",
         [] {
             return [](int fd, std::size_t at, std::size_t n) {
                 return moved(recv(fd, buffer.data() + at, n, MSG_TRUNC), "recv MSG_TRUNC");
             };
         }},
        {"peek",
         [] {
             return [](int fd, std::size_t at, std::size_t n) {
                 const std::size_t seen = moved(recv(fd, buffer.data() + at, n, MSG_PEEK), "recv MSG_PEEK");
                 return moved(recv(fd, buffer.data() + at, seen, 0), "recv");
             };
         }},
        {"splice", to_pipe},
        {"mapped", mapped},
        {"uring_recv", [] { return ring_mover(IORING_OP_RECV); }},
        {"uring_recvmsg", [] { return ring_mover(IORING_OP_RECVMSG); }},
        {"uring_read", [] { return ring_mover(IORING_OP_READ); }},
        {"uring_readv", [] { return ring_mover(IORING_OP_READV); }},
        {"uring_sqpoll", [] { return ring_mover(IORING_OP_RECV, IORING_SETUP_SQPOLL); }},
        {"uring_async", [] { return ring_mover(IORING_OP_RECV, 0, IOSQE_ASYNC); }},
        {"uring_multishot", multishot},
    };
}

void set_up_tls(int fd, int direction) {
    require(setsockopt(fd, IPPROTO_TCP, TCP_ULP, "tls", sizeof("tls")) == 0, "TCP_ULP tls");
    tls12_crypto_info_aes_gcm_128 keys{};
    keys.info.version = TLS_1_2_VERSION;
    keys.info.cipher_type = TLS_CIPHER_AES_GCM_128;
    require(setsockopt(fd, SOL_TLS, direction, &keys, sizeof(keys)) == 0, "TLS keys");
}

/// The line that lets both ends go on, which the parent passes to each.
void wait_for_line(int pause) {
    char line = 0;
    require(pause < 0 || read(pause, &line, 1) == 1, "waiting to go on");
}

void send_all(const Mover& mover, int fd, int pause) {
    std::uint64_t bytes = 0;
    for (int i = 0; i < pieces; ++i) {
        if (i == pieces / 2)
            wait_for_line(pause);
        bytes += whole_piece([&](std::size_t at, std::size_t n) { return mover(fd, at, n); });
    }
    shutdown(fd, SHUT_WR);
    std::printf("sender %d %llu\n", getpid(), static_cast<unsigned long long>(bytes));
    if (notified != 0)
        std::printf("notified %u %u\n", notified, copied_after_all);
    std::fflush(stdout);
    char end = 0;
    [[maybe_unused]] const ssize_t ignored = read(fd, &end, 1); // the receiver has all
}

void receive_all(const Mover& mover, int fd, int pause) {
    std::uint64_t bytes = 0;
    // A multishot receive may give more than was asked for.
    for (const std::uint64_t until : {std::uint64_t{piece * pieces / 2}, std::uint64_t{piece * pieces}}) {
        while (bytes < until)
            bytes += mover(fd, bytes % piece, piece - bytes % piece);
        if (until < piece * pieces)
            wait_for_line(pause);
    }
    std::printf("receiver %d %llu\n", getpid(), static_cast<unsigned long long>(bytes));
    std::fflush(stdout);
}

} // namespace

int main(int count, char** arguments) {
    if (count < 3)
        return 2;
    bool tls = false;
    bool pauses = false;
    for (int i = 3; i < count; ++i) {
        tls = tls || std::string(arguments[i]) == "tls";
        pauses = pauses || std::string(arguments[i]) == "pause";
    }
    const auto all_senders = senders();
    const auto all_receivers = receivers();
    if (!all_senders.contains(arguments[1]) || !all_receivers.contains(arguments[2]))
        return 2;
    buffer.fill('n');
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    require(bind(listener, reinterpret_cast<sockaddr*>(&address), length) == 0 && listen(listener, 1) == 0, "listen");
    getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
    std::array<std::array<int, 2>, 2> pause_pipes{{{-1, -1}, {-1, -1}}};
    if (pauses)
        for (auto& ends : pause_pipes)
            require(pipe(ends.data()) == 0, "pipe");
    const pid_t sender = fork();
    if (sender == 0) {
        const int fd = socket(AF_INET, SOCK_STREAM, 0);
        require(connect(fd, reinterpret_cast<sockaddr*>(&address), length) == 0, "connect");
        if (tls)
            set_up_tls(fd, TLS_TX);
        send_all(all_senders.at(arguments[1])(), fd, pause_pipes[0][0]);
        return 0;
    }
    const pid_t receiver = fork();
    if (receiver == 0) {
        const int fd = accept(listener, nullptr, nullptr);
        if (tls)
            set_up_tls(fd, TLS_RX);
        receive_all(all_receivers.at(arguments[2])(), fd, pause_pipes[1][0]);
        return 0;
    }
    close(listener);
    if (pauses) {
        char line = 0;
        [[maybe_unused]] const ssize_t got = read(STDIN_FILENO, &line, 1);
        for (auto& ends : pause_pipes)
            require(write(ends[1], "g", 1) == 1, "letting go on");
    }
    int worst = 0;
    for (int i = 0; i < 2; ++i) {
        int status = 0;
        const pid_t ended = wait(&status);
        const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
        if (code != 0)
            kill(ended == sender ? receiver : sender, SIGKILL);
        worst = std::max(worst, i == 0 || worst == 0 ? code : worst);
    }
    return worst;
}
