"""Started as `python src/tutor/bridge` by an instance's own Python environment."""

from openedx_bridge.main import main

if __name__ == "__main__":
    main()
