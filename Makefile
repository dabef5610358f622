# Every command of the project. `make run` needs nothing but Python 3.11 or newer.

.PHONY: run test check bench soak conformance clean lock help

help:
	@echo "make run     everything in this terminal: database, web, worker, demo (Ctrl-C stops it)"
	@echo "make test    the whole suite; make test ARGS=tests/core for a part"
	@echo "make check   style, types, order of the rooms, translations, migrations"
	@echo "make bench   speed, as ratios measured in the same run"
	@echo "make soak    the random tests, for much longer"
	@echo "make conformance  what other billing systems invoiced, recomputed; PALIER_VECTORS names other cases"
	@echo "make clean   forget the data of make run, and every cache"
	@echo "make lock    resolve the requirement files again (needs uv)"

run test check bench soak conformance clean lock:
	@./bootstrap $@ $(ARGS)
