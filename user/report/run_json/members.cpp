// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/run_json/members.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "report/view/format.h"

namespace netio::report {
namespace {

constexpr std::size_t deepest = 64;
constexpr std::size_t most_members = 512;
constexpr std::size_t most_values = 2'000'000;

std::string position_in(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, std::min(offset, text.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    return "line " + std::to_string(line) + ", column " + std::to_string(before.size() - line_start + 1);
}

/// Where the text goes deeper than it may. Looks at brackets outside of strings only, which is right up to the first
/// error of syntax, and after that nothing is read.
std::optional<std::size_t> find_too_deep(std::string_view text) {
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char letter = text[at];
        if (in_string) {
            if (letter == '\\')
                ++at;
            else if (letter == '"')
                in_string = false;
        } else if (letter == '"') {
            in_string = true;
        } else if (letter == '{' || letter == '[') {
            if (++depth > deepest)
                return at;
        } else if ((letter == '}' || letter == ']') && depth != 0) {
            --depth;
        }
    }
    return std::nullopt;
}

/// The parser's words without its own name and place: "[json.exception.parse_error.101] parse error at line 1, column
/// 5: syntax error while …".
std::string words_of(std::string_view message) {
    constexpr std::size_t longest = 160;
    const std::size_t bracket = message.find("] ");
    if (bracket != std::string_view::npos)
        message.remove_prefix(bracket + 2);
    if (message.starts_with("parse error at "))
        if (const std::size_t colon = message.find(": "); colon != std::string_view::npos)
            message.remove_prefix(colon + 2);
    const std::string clean = printable(message);
    return left_in(clean, std::min(display_width(clean), longest));
}

/// Builds one member at a time from the parser's events. The parser calls these functions by name.
class Builder {
  public:
    using number_integer_t = Json::number_integer_t;
    using number_unsigned_t = Json::number_unsigned_t;
    using number_float_t = Json::number_float_t;
    using string_t = Json::string_t;
    using binary_t = Json::binary_t;

    Builder(std::string_view text, MemberListener& listener) : text_(text), listener_(listener) {}

    bool null() { return add(Json(nullptr)); }
    bool boolean(bool value) { return add(Json(value)); }
    bool number_integer(number_integer_t value) { return add(Json(value)); }
    bool number_unsigned(number_unsigned_t value) { return add(Json(value)); }
    bool number_float(number_float_t value, const string_t&) { return add(Json(value)); }
    bool string(string_t& value) { return add(Json(std::move(value))); }
    bool binary(binary_t&) { return fail("holds binary data"); }

    bool start_object(std::size_t) {
        if (depth_++ == 0)
            return true;
        return add(Json(Json::value_t::object));
    }
    bool start_array(std::size_t) {
        ++depth_;
        if (depth_ == 2 && wanted_ && listener_.in_pieces(member_)) {
            element_ = 0;
            return true;
        }
        return add(Json(Json::value_t::array));
    }
    bool end_object() { return end(); }
    bool end_array() { return end(); }

    bool key(string_t& name) {
        if (depth_ == 1) {
            member_ = std::move(name);
            wanted_ = listener_.wants(member_);
            return true;
        }
        if (!wanted_)
            return true;
        Json& object = *open_.back();
        if (object.contains(name))
            return fail(place_of_member() + ": \"" + printable(name.substr(0, 80)) + "\" stands twice in an object");
        if (object.size() >= most_members)
            return fail(member_ + ": an object in it has more than " + grouped(most_members) + " members");
        slot_ = &object[name];
        return true;
    }

    bool parse_error(std::size_t position, const std::string&, const Json::exception& problem) {
        // The parser counts what it has read, so that what it stumbled over is the byte before.
        const std::size_t offset = position == 0 ? 0 : position - 1;
        if (offset >= text_.size())
            return fail(position_in(text_, text_.size()) +
                        ": the file ends here: it was cut off, or is still being written");
        return fail("it is not JSON: " + position_in(text_, offset) + ": " + words_of(problem.what()));
    }

    [[nodiscard]] std::optional<std::string> fault() && { return std::move(fault_); }

  private:
    bool fail(std::string what) {
        fault_ = std::move(what);
        return false;
    }

    bool add(Json value) {
        if (depth_ == 0 || (depth_ == 1 && value.is_array()))
            return fail("it is not a JSON object");
        if (!wanted_)
            return true;
        if (++values_ > most_values)
            return fail(place_of_member() + ": more than " + grouped(most_values) + " values");
        const bool opens = value.is_structured();
        if (open_.empty()) {
            root_ = std::move(value);
            if (!opens)
                return deliver();
            open_.push_back(&root_);
            return true;
        }
        Json* place = slot_;
        if (open_.back()->is_array()) {
            open_.back()->push_back(std::move(value));
            place = &open_.back()->back();
        } else {
            *place = std::move(value);
        }
        if (opens)
            open_.push_back(place);
        return true;
    }

    bool end() {
        --depth_;
        if (!wanted_)
            return true;
        if (open_.empty()) { // the list that came in pieces, or all of it
            element_.reset();
            return true;
        }
        open_.pop_back();
        return !open_.empty() || deliver();
    }

    bool deliver() {
        values_ = 0;
        auto wrong = listener_.take(member_, element_, std::move(root_));
        if (element_)
            ++*element_;
        return !wrong || fail(std::move(*wrong));
    }

    [[nodiscard]] std::string place_of_member() const {
        return element_ ? member_ + "[" + std::to_string(*element_) + "]" : member_;
    }

    std::string_view text_;
    MemberListener& listener_;
    std::size_t depth_ = 0;
    std::string member_;
    bool wanted_ = true;
    std::optional<std::size_t> element_;
    Json root_;
    std::vector<Json*> open_; ///< containers from root_ to the innermost; only the innermost grows
    Json* slot_ = nullptr;    ///< where the value of the last key goes
    std::size_t values_ = 0;
    std::optional<std::string> fault_;
};

} // namespace

std::optional<std::string> read_members(std::string_view text, MemberListener& listener) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return "it is empty";
    if (const auto too_deep = find_too_deep(text))
        return position_in(text, *too_deep) + ": nested deeper than " + std::to_string(deepest) + " levels";
    Builder builder(text, listener);
    Json::sax_parse(text.begin(), text.end(), &builder);
    return std::move(builder).fault();
}

} // namespace netio::report
