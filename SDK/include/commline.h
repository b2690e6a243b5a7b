typedef int commline_placeholder;
