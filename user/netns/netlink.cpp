// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netns/netlink.h"

#include <linux/netlink.h>
#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/handlers.h>
#include <netlink/msg.h>
#include <netlink/socket.h>
#include <sys/socket.h>

#include <cstddef>

#include "netns/in_namespace.h"

namespace netio::netns {
namespace {

/// libnl 3.7 reduces a refusal to its own error number and drops the kernel's sentence. This keeps both; the layout of
/// the message is that of netlink_ack(), net/netlink/af_netlink.c.
int keep_answer(sockaddr_nl* /*sender*/, nlmsgerr* error, void* argument) {
    auto& answer = *static_cast<NetlinkSocket::Reply*>(argument);
    answer.error = -error->error;
    answer.sentence.clear();
    auto* header = reinterpret_cast<nlmsghdr*>(reinterpret_cast<std::byte*>(error) - NLMSG_HDRLEN);
    if ((header->nlmsg_flags & NLM_F_ACK_TLVS) == 0)
        return NL_STOP;
    // The refused request follows, whole unless capped, and the attributes follow it.
    std::size_t skip = sizeof(nlmsgerr);
    if ((header->nlmsg_flags & NLM_F_CAPPED) == 0)
        skip += NLMSG_ALIGN(error->msg.nlmsg_len) - NLMSG_HDRLEN;
    if (header->nlmsg_len < NLMSG_HDRLEN + skip)
        return NL_STOP;
    auto* attributes = reinterpret_cast<nlattr*>(reinterpret_cast<std::byte*>(error) + skip);
    const int length = static_cast<int>(header->nlmsg_len - NLMSG_HDRLEN - skip);
    if (nlattr* sentence = nla_find(attributes, length, NLMSGERR_ATTR_MSG); sentence != nullptr)
        answer.sentence = nla_get_string(sentence);
    return NL_STOP;
}

} // namespace

NetlinkSocket::NetlinkSocket(Socket socket) : socket_(std::move(socket)), answer_(std::make_unique<Reply>()) {
    nl_socket_modify_err_cb(socket_.get(), NL_CB_CUSTOM, keep_answer, answer_.get());
}

Result<NetlinkSocket> NetlinkSocket::open_in(const Namespace& target) {
    return in_namespace(target, []() -> Result<NetlinkSocket> {
        Socket socket(nl_socket_alloc());
        if (!socket)
            return Error{"cannot open an rtnetlink socket", "out of memory", {}};
        if (const int code = nl_connect(socket.get(), NETLINK_ROUTE); code < 0)
            return Error{"cannot open an rtnetlink socket", nl_geterror(code),
                         "use a kernel with rtnetlink, and a sandbox that allows it"};
        const int on = 1; // kernels before 4.12 refuse it, and then there are no sentences
        (void)setsockopt(nl_socket_get_fd(socket.get()), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
        return NetlinkSocket(std::move(socket));
    });
}

Error NetlinkSocket::failure(std::string what, int code, std::string hint) const {
    if (answer_->error == 0)
        return Error{std::move(what), nl_geterror(code), std::move(hint)};
    Error error = system_error(std::move(what), answer_->error, std::move(hint));
    if (!answer_->sentence.empty())
        error.why += ", the kernel says \"" + answer_->sentence + "\"";
    return error;
}

} // namespace netio::netns
