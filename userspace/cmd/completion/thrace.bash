# SPDX-License-Identifier: GPL-2.0-only
# Completion of thrace(1) for bash.
_thrace() {
	local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} i
	local commands="run top record info export trace stat tree timeline waits share thread learn cost doctor help"
	local printing="--json --color= --verbose --help --version"
	COMPREPLY=()

	if [ "$COMP_CWORD" -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W "$commands --help --version" -- "$current")
		return
	fi
	# Behind -- stands a command line of its own.
	for ((i = 2; i < COMP_CWORD; i++)); do
		if [ "${COMP_WORDS[i]}" = -- ]; then
			declare -F _command_offset >/dev/null && _command_offset $((i + 1))
			return
		fi
	done
	# "=" is a word of its own to bash.
	[ "$before" = "=" ] && before=${COMP_WORDS[COMP_CWORD - 2]}
	[ "$current" = "=" ] && current= before=${COMP_WORDS[COMP_CWORD - 1]}

	case $before in
	help) [ "$COMP_CWORD" -eq 2 ] && mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$current") && return ;;
	--color) mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$current") && return ;;
	--lang) mapfile -t COMPREPLY < <(compgen -W "en zh" -- "$current") && return ;;
	--html) mapfile -t COMPREPLY < <(compgen -d -- "$current") && return ;;
	--speed) return ;;
	--source) mapfile -t COMPREPLY < <(compgen -W "auto bpf procfs" -- "$current") && return ;;
	--user) mapfile -t COMPREPLY < <(compgen -u -- "$current") && return ;;
	-p | --pid) mapfile -t COMPREPLY < <(cd /proc && compgen -W "$(echo [0-9]*)" -- "$current") && return ;;
	-n | --name) mapfile -t COMPREPLY < <(compgen -W "$(sort -u /proc/[0-9]*/comm 2>/dev/null)" -- "$current") && return ;;
	--to) [ "$command" = timeline ] && return; mapfile -t COMPREPLY < <(compgen -W "perfetto html svg csv json folded" -- "$current") && return ;;
	-o | --output) mapfile -t COMPREPLY < <(compgen -f -- "$current") && return ;;
	-i | --input | --record) mapfile -t COMPREPLY < <(compgen -f -- "$current") && return ;;
	-d | --duration | --from | --at | --max-size | --flight) return ;;
	esac
	case $command in
	learn)
		mapfile -t COMPREPLY < <(compgen -W "--lang= --html --speed --source= --color= --help --version \
			$(thrace learn --lang=en 2>/dev/null | awk '$1 ~ /^[0-9]+$/ { print $2 }')" -- "$current")
		;;
	cost) mapfile -t COMPREPLY < <(compgen -W "--quick $printing" -- "$current") ;;
	doctor) mapfile -t COMPREPLY < <(compgen -W "$printing" -- "$current") ;;
	info) mapfile -t COMPREPLY < <(compgen -f -W "$printing" -- "$current") ;;
	help) ;;
	thread) mapfile -t COMPREPLY < <(cd /proc && compgen -W "$(echo [0-9]*/task/* | tr ' ' '\n' | sed 's|.*/||') \
		--input --duration --source= --record $printing" -- "$current") ;;
	*)
		mapfile -t COMPREPLY < <(compgen -W "--pid --name --all --input --duration --no-follow --user --source= --record $printing \
			$([ "$command" = waits ] && echo --watch --stacks --at) \
			$([[ "$command" = @(run|top) ]] && echo --output) $([ "$command" = record ] && echo --output --force --max-size --flight) \
			$([ "$command" = timeline ] && echo --from --to) \
			$([ "$command" = export ] && echo --to --output --force) --" -- "$current")
		;;
	esac
	case ${COMPREPLY[0]-} in *=) compopt -o nospace ;; esac
}
complete -F _thrace thrace
